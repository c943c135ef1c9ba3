"""From a frame to embeddings, a module for each stage: detection, alignment, quality, embedding."""
