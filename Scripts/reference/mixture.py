"""Writes Tests/HabitusKernelsTests/Reference/mixture.json: principal components and mixtures of normal distributions
by scikit-learn, for PrincipalComponentsTests and GaussianMixtureTests.

Run by hand with numpy and scikit-learn installed. Mixtures start from labels, row by row in turn; as scikit-learn takes
no labels, it is given the weights, means and precisions that one maximisation step makes of them.
"""

import json
import pathlib
import warnings

import numpy
import sklearn
from kernels_data import groups
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

warnings.simplefilter("ignore", ConvergenceWarning)


def principal_components():
    cases = []
    for seed, rows, columns, whiten in ((3, 60, 5, False), (4, 60, 5, True), (5, 6, 9, False), (6, 7, 9, True)):
        points = groups(seed, rows, columns, 3, 2.5)
        points[:, 2] = 4.25
        count = min(4, rows - 1)
        model = PCA(n_components=count, whiten=whiten, svd_solver="full").fit(points)
        transformed = model.transform(points)
        cases.append({
            "seed": seed, "rows": rows, "columns": columns, "whitens": whiten, "count": count,
            "components": model.components_.tolist(), "variances": model.explained_variance_.tolist(),
            "shares": model.explained_variance_ratio_.tolist(), "mean": model.mean_.tolist(),
            "firstRow": transformed[0].tolist(), "restored": model.inverse_transform(transformed)[0].tolist(),
        })
    return cases


def start(points, labels, count, shape, regularization):
    weights = numpy.bincount(labels, minlength=count) / len(points)
    means = numpy.array([points[labels == k].mean(0) for k in range(count)])
    covariances = numpy.array([numpy.cov(points[labels == k].T, bias=True) for k in range(count)])
    if shape == "diag":
        covariances = numpy.array([numpy.diag(c) for c in covariances])
    elif shape == "spherical":
        covariances = numpy.array([numpy.trace(c) / len(c) for c in covariances])
    if shape == "full":
        covariances = covariances + regularization * numpy.eye(points.shape[1])
        return weights, means, numpy.linalg.inv(covariances)
    if shape == "tied":
        tied = (covariances * weights[:, None, None]).sum(0) + regularization * numpy.eye(points.shape[1])
        return weights, means, numpy.linalg.inv(tied)
    return weights, means, 1 / (covariances + regularization)


def mixtures():
    cases = []
    for shape in ("full", "tied", "diag", "spherical"):
        for seed, rows, columns, count, distance, tolerance in (
            (21, 240, 3, 4, 0.8, 1e-3), (22, 150, 2, 3, 0.3, 1e-8), (23, 90, 5, 2, 2.0, 1e-6)
        ):
            points = groups(seed, rows, columns, count, distance)
            points[:, 0] *= 3
            labels = numpy.array([(row // 2) % count for row in range(rows)])
            weights, means, precisions = start(points, labels, count, shape, 1e-6)
            model = GaussianMixture(
                count, covariance_type=shape, tol=tolerance, max_iter=200, weights_init=weights, means_init=means,
                precisions_init=precisions,
            ).fit(points)
            log_likelihoods = model.score_samples(points)
            shares = model.predict_proba(points)
            parameters = model._n_parameters()
            cases.append({
                "shape": {"diag": "diagonal"}.get(shape, shape), "seed": seed, "rows": rows, "columns": columns,
                "count": count, "distance": distance, "tolerance": tolerance,
                "logLikelihood": float(log_likelihoods.sum()), "logLikelihoods": log_likelihoods[:5].tolist(),
                "shares": shares[:5].tolist(), "labels": model.predict(points).tolist(),
                "weights": model.weights_.tolist(), "means": model.means_.tolist(),
                "covariances": model.covariances_.ravel().tolist(), "iterations": model.n_iter_,
                "converged": bool(model.converged_), "bic": model.bic(points), "aic": model.aic(points),
                "icl": float(-2 * (log_likelihoods + numpy.log(shares.max(1))).sum() + parameters * numpy.log(rows)),
                "parameters": int(parameters),
            })
    return cases


print("numpy", numpy.__version__, "scikit-learn", sklearn.__version__)
path = pathlib.Path(__file__).parents[2] / "Tests/HabitusKernelsTests/Reference/mixture.json"
path.parent.mkdir(exist_ok=True)
path.write_text(json.dumps({"principalComponents": principal_components(), "mixtures": mixtures()}, indent=1) + "\n")
