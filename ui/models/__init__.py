"""What the Models tab shows: versions, generations, and one model with its evaluation."""
