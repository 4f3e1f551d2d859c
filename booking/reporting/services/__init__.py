"""Facts kept up to date, and reports read from them."""
