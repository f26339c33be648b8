"""What the Train tab shows of a training: how far it is, and its model beside the champion."""
