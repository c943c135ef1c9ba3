"""Frees height and width of BlazeFace's input, so that it runs on whole pictures."""

import onnx
from onnx import numpy_helper


def with_free_sizes(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return a copy of a detector whose input is (n, height, width, 3), with outputs for each anchor.

    Args:
        model: Convolutions and poolings only, followed by reshapes to (n, anchors, values).
    """
    freed = onnx.ModelProto()
    freed.CopyFrom(model)
    for axis, name in ((1, "height"), (2, "width")):
        freed.graph.input[0].type.tensor_type.shape.dim[axis].dim_param = name
    for output in freed.graph.output:
        output.type.tensor_type.shape.dim[1].dim_param = "anchors"
    shapes = {node.input[1] for node in freed.graph.node if node.op_type == "Reshape"}
    for constant in freed.graph.initializer:
        if constant.name in shapes:
            target = numpy_helper.to_array(constant).copy()
            target[:2] = 0, -1  # the batch as it is; as many anchors as there are
            constant.CopyFrom(numpy_helper.from_array(target, constant.name))
    onnx.checker.check_model(freed, full_check=True)
    return freed
