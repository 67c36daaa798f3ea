"""Safetensors files, bfloat16 and block-scaled FP8, in NumPy alone."""

import json
import struct

import numpy as np

DTYPES = {"F16": "<f2", "F32": "<f4", "F64": "<f8", "I32": "<i4", "U8": "u1", "BF16": "<u2", "F8_E4M3": "u1"}


def write(path, tensors):
    """Writes {name: (dtype, array)}; BF16 and F8_E4M3 arrays hold codes."""
    header, data = {}, b""
    for name, (dtype, array) in tensors.items():
        raw = np.ascontiguousarray(array.astype(DTYPES[dtype])).tobytes()
        spans = [len(data), len(data) + len(raw)]
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": spans}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def read(path):
    """{name: (dtype, array)}, codes as they are stored."""
    raw = path.read_bytes()
    (size,) = struct.unpack("<Q", raw[:8])
    tensors = {}
    for name, entry in json.loads(raw[8 : 8 + size]).items():
        if name != "__metadata__":
            first, last = entry["data_offsets"]
            values = np.frombuffer(raw[8 + size + first : 8 + size + last], DTYPES[entry["dtype"]])
            tensors[name] = (entry["dtype"], values.reshape(entry["shape"]))
    return tensors


def to_bf16(values):
    """Codes of the nearest bfloat16 values, ties to even."""
    bits = values.astype("<f4").view("<u4").astype(np.uint64)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16).astype("<u2")


def from_bf16(codes):
    return (codes.astype("<u4") << 16).view("<f4")


def e4m3_table():
    """The value of every FP8 code; 0x7F and 0xFF are NaN."""
    codes = np.arange(256)
    exponent, mantissa = codes >> 3 & 15, codes & 7
    normal = (1 + mantissa / 8) * 2.0 ** (exponent - 7.0)
    values = np.where(exponent == 0, mantissa / 8 * 2.0**-6, normal)
    values[[127, 255]] = np.nan
    return np.where(codes > 127, -values, values)


def to_fp8(values, block):
    """Codes, and scales whose product with their values is nearest, one per block."""
    rows, cols = values.shape
    blocks = [-(-rows // block[0]), -(-cols // block[1])]
    codes = np.zeros(values.shape, np.uint8)
    scales = np.ones(blocks, np.float32)
    table = e4m3_table()[:127]
    middles = (table[1:] + table[:-1]) / 2
    for i in range(blocks[0]):
        for j in range(blocks[1]):
            part = np.s_[i * block[0] : (i + 1) * block[0], j * block[1] : (j + 1) * block[1]]
            scales[i, j] = np.float32(np.abs(values[part]).max() / 448)
            scaled = values[part] / float(scales[i, j])
            code = np.searchsorted(middles, np.abs(scaled))
            codes[part] = code + np.where(scaled < 0, 128, 0)
    return codes, scales


def from_fp8(codes, scales, block):
    """Dequantised to float32, as the engine and published code do."""
    spread = np.repeat(np.repeat(scales, block[0], 0), block[1], 1)
    values = e4m3_table()[codes].astype("<f4")
    return values * spread[: codes.shape[0], : codes.shape[1]]


def weights(folder, config):
    """Every weight of a model folder in float64, as stored."""
    return dequantised(read(folder / "model.safetensors"), config)


def dequantised(stored, config):
    values = {}
    for name, (dtype, array) in stored.items():
        if dtype == "BF16":
            values[name] = from_bf16(array).astype(np.float64)
        elif dtype == "F8_E4M3":
            block = config["quantization_config"]["weight_block_size"]
            scales = stored[name + "_scale_inv"][1]
            values[name] = from_fp8(array, scales, block).astype(np.float64)
        elif not name.endswith("_scale_inv"):
            values[name] = array.astype(np.float64)
    return values
