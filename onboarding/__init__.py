"""Turnup: customer onboarding and traffic cutover for an infrastructure vendor."""
