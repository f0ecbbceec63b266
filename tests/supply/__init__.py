"""What the desk is made of besides its own code: pinned, hashed, listed, looked up."""
