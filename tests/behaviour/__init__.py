"""What a trained model must do whatever its figures: invariance and directional checks, one file a model."""
