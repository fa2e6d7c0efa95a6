"""What is known of products: when their support ends."""
