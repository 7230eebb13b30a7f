"""What authors need: checking courses and banks, the shape of their files, import, export, publishing."""
