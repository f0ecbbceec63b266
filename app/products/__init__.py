"""What is sold: each trading robot, and what its licences allow."""
