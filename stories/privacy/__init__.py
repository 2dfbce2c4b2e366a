"""What is known of a person: handed out, and taken away."""
