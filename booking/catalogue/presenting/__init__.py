"""What the desk's pages of the catalogue say, made from facts."""
