"""What images and Compose are made with; each file runs alone, and no room imports it."""
