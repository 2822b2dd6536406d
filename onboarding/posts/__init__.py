"""Status posts made from the trail."""
