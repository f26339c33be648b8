"""What the History tab shows: answered predictions, their CSV file, and where one comes from."""
