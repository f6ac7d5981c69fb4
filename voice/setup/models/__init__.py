"""The store of models: catalogue, download, unpacking, verification."""
