"""What the program is made of: whose work, under which licence, at which version and hash."""
