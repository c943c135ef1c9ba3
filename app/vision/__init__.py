"""From a picture to embeddings, one module a stage: detection, alignment, quality, embedding."""
