"""Keep models: catalogue, download, unpacking, installation, verification."""
