"""Fits customer-lifetime models of `lifetimes` and prints seconds and figures as JSON.

usage: lifetimes_peers.py bgnbd|gamma-gamma FILE ROWS COLUMNS

FILE holds doubles: rows of a customer's frequency, recency and age, or of frequency and mean value.
"""
import json
import sys
import time

import numpy
from lifetimes import BetaGeoFitter, GammaGammaFitter


def main():
    method, file, rows, columns = sys.argv[1:5]
    data = numpy.fromfile(file).reshape(int(rows), int(columns)).T
    fitter = BetaGeoFitter() if method == "bgnbd" else GammaGammaFitter()
    started = time.perf_counter()
    fitter.fit(*data)
    seconds = time.perf_counter() - started
    parameters = fitter.params_.to_dict()
    # What is minimised is a mean over customers.
    weights = numpy.ones(data.shape[1])
    loss = fitter._negative_log_likelihood(numpy.log(list(parameters.values())), *data, weights, 0)
    print(json.dumps({"seconds": seconds, "figures": parameters | {"log_likelihood": -loss * data.shape[1]}}))


if __name__ == "__main__":
    main()
