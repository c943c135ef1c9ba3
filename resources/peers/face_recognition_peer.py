"""Times dlib's `face_recognition` on stored frames. Run by `facelatch bench --compare`, with the Python that has it.

Arguments: a .npy file of frames (n, height, width, 3) uint8 RGB. Prints one JSON object.
"""

import json
import sys
from time import perf_counter

import face_recognition
import numpy as np

frames = np.load(sys.argv[1])
face_recognition.face_encodings(frames[0], face_recognition.face_locations(frames[0]))
times, faces = [], 0
for frame in frames:
    start = perf_counter()
    places = face_recognition.face_locations(frame)
    faces += len(face_recognition.face_encodings(frame, places))
    times.append((perf_counter() - start) * 1000)
sys.stdout.write(json.dumps({"each_ms": times, "faces": faces / len(frames)}) + "\n")
