"""What customers see of the vendor: name, logo, colour; one for all, or one of a customer's own."""
