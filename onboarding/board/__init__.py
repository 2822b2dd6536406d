"""Staff home and the pages that span floors."""
