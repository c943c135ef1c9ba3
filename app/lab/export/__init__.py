"""ONNX export, weights of exported files, quantisation after training, model cards."""
