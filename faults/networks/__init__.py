"""Networks that are hard on one transport or another, and what a page that chooses for itself makes of them."""
