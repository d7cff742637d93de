"""Writes Tests/HabitusKernelsTests/Reference/prediction.json: logistic regression, calibration and scores by
scikit-learn, for the tests of predictions.

Run by hand with scikit-learn (1.9.1), scipy (1.17.1) and numpy (2.4.6) installed, with the path of that file; or with
--churn and the folder of published data, to print what scikit-learn's classifiers score on the three courses.
"""

import csv
import gzip
import json
import sys

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.calibration import _SigmoidCalibration
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def fit(design, outcomes, penalty, weights=None):
    model = LogisticRegression(C=1 / penalty, solver="newton-cholesky", tol=1e-13, max_iter=1000)
    return model.fit(design, outcomes, sample_weight=weights)


def regression(rng):
    points = np.round(rng.normal(size=(80, 4)) * [1, 20, 0.1, 5] + [0, 100, 3, -2], 6)
    points[:, 3] = np.round(np.exp(points[:, 3] / 5), 6)
    score = points[:, 0] - 0.05 * (points[:, 1] - 100) + 0.3 * points[:, 3] - 0.5
    outcomes = (rng.random(80) < expit(score)).astype(int)
    missing = points.copy()
    missing[rng.random(80) < 0.25, 1] = np.nan
    weights = np.round(rng.random(80) * 3, 3)
    cases = []
    for name, data, weight in (("complete", points, None), ("missing", missing, None), ("weighted", points, weights)):
        imputer = SimpleImputer(add_indicator=True)
        filled = imputer.fit_transform(data)
        # Our columns: a feature's indicator stands right after its level.
        order = [0, 1, 4, 2, 3] if filled.shape[1] == 5 else [0, 1, 2, 3]
        filled = filled[:, order]
        design = StandardScaler().fit(filled, sample_weight=weight).transform(filled)
        for penalty in (0.01, 1.0, 30.0):
            model = fit(design, outcomes, penalty, weight)
            probabilities = model.predict_proba(design)[:, 1]
            w = np.ones(80) if weight is None else weight
            ones = np.column_stack([np.ones(80), design])
            hessian = ones.T @ (ones * (w * probabilities * (1 - probabilities))[:, None])
            hessian += np.diag([0] + [penalty] * design.shape[1])
            cases.append(
                dict(
                    name=name, penalty=penalty, coefficients=model.coef_[0].tolist(), intercept=model.intercept_[0],
                    standardErrors=np.sqrt(np.diag(np.linalg.inv(hessian))).tolist(),
                    logLoss=log_loss(outcomes, probabilities, sample_weight=weight),
                    probabilities=probabilities[:5].tolist()))
    return dict(
        points=points.tolist(), missing=[[None if np.isnan(x) else x for x in row] for row in missing],
        outcomes=[bool(x) for x in outcomes], weights=weights.tolist(), cases=cases)


def calibration(rng):
    truth = rng.random(200)
    outcomes = rng.random(200) < truth
    predictions = np.round(expit(2.5 * np.log(truth / (1 - truth)) + 0.7), 2)
    predictions = np.clip(predictions, 0.01, 0.99)
    grid = np.array([0.005, 0.01, 0.03, 0.2, 0.5, 0.77, 0.9, 0.985, 0.999])
    logit = np.log(predictions / (1 - predictions))
    isotonic = IsotonicRegression(out_of_bounds="clip").fit(predictions, outcomes)
    platt = _SigmoidCalibration().fit(logit, outcomes)
    positives = outcomes.sum()
    targets = np.where(outcomes, (positives + 1) / (positives + 2), 1 / (len(outcomes) - positives + 2))

    def loss(v, design):
        x = design @ v
        return (np.logaddexp(0, x) - targets * x).sum()

    def gradient(v, design):
        return design.T @ (expit(design @ v) - targets)

    beta = np.column_stack([np.log(predictions), -np.log1p(-predictions), np.ones(200)])
    best = minimize(loss, [1, 1, 0], jac=gradient, args=(beta,), method="BFGS", options=dict(gtol=1e-11)).x
    line = np.column_stack([logit, np.ones(200)])
    exact = minimize(loss, [1, 0], jac=gradient, args=(line,), method="BFGS", options=dict(gtol=1e-11)).x
    first, second = predictions[outcomes], predictions[~outcomes]
    wins = (first[:, None] > second).astype(float) + 0.5 * (first[:, None] == second)
    delong = wins.mean(1).var(ddof=1) / len(first) + wins.mean(0).var(ddof=1) / len(second)
    base = outcomes.mean()
    return dict(
        predictions=predictions.tolist(), outcomes=[bool(x) for x in outcomes], grid=grid.tolist(),
        isotonic=isotonic.predict(grid).tolist(), platt=platt.predict(np.log(grid / (1 - grid))).tolist(),
        logistic=exact.tolist(), beta=best.tolist(), area=roc_auc_score(outcomes, predictions),
        areaError=float(np.sqrt(delong)), brier=brier_score_loss(outcomes, predictions),
        logLoss=log_loss(outcomes, predictions),
        skill=1 - brier_score_loss(outcomes, predictions) / (base * (1 - base)))


def features(days):
    count, totals = len(days), days.sum(1)
    active = np.flatnonzero(totals > 0)
    gaps = np.diff(active)
    last = count - 1 - active[-1] if len(active) else np.nan
    place = np.arange(count) - (count - 1) / 2
    return list(days.sum(0)) + [
        totals.sum(), len(active), last, active[0] if len(active) else np.nan, (totals[-3:] > 0).sum(),
        (totals[-7:] > 0).sum(), (totals[-14:] > 0).sum(), totals[-7:].sum(), totals[-14:-7].sum(),
        gaps.max() if len(gaps) else np.nan, gaps.mean() if len(gaps) else np.nan,
        (place * np.log1p(totals)).sum() / (place**2).sum(), totals.max(), (days.sum(0) > 0).sum(),
        totals.sum() / len(active) if len(active) else np.nan, len(set((count - 1 - active) // 7)),
        (totals * 2.0 ** (-(count - 1 - np.arange(count)) / 7)).sum()]


def course(folder, number):
    with gzip.open(f"{folder}/churn/kddcup2015_labels.csv.gz", "rt") as lines:
        rows = [r for r in csv.DictReader(lines) if r["course"] == str(number)]
        labels = {int(r["enrollment_id"]): int(r["dropout"]) for r in rows}
    days = {}
    with gzip.open(f"{folder}/churn/kddcup2015_course{number}.csv.gz", "rt") as lines:
        for row in list(csv.reader(lines))[1:]:
            days.setdefault(int(row[0]), []).append((row[1], [float(x) for x in row[2:]]))
    rows = [features(np.array([c for _, c in sorted(days[e])])) for e in sorted(days)]
    return np.array(rows), np.array([labels[e] for e in sorted(days)])


def equal_mass_error(predictions, outcomes, bins=10):
    values, starts, counts = np.unique(np.sort(predictions), return_index=True, return_counts=True)
    bin_of = dict(zip(values, ((2 * starts + counts) * bins // (2 * len(predictions)))))
    places = np.array([bin_of[p] for p in predictions])
    return sum(abs((predictions - outcomes)[places == b].sum()) for b in range(bins)) / len(predictions)


def churn(folder):
    courses = {number: course(folder, number) for number in (769, 1185, 1476)}

    def logarithm(x):
        return np.sign(x) * np.log1p(abs(x))

    def linear(shape, c):
        return make_pipeline(
            SimpleImputer(add_indicator=True), StandardScaler(), LogisticRegression(C=c, max_iter=10000)), shape

    models = {
        "LogisticRegression C=1": linear(lambda x: x, 1),
        "LogisticRegression C=1, logarithms": linear(logarithm, 1),
        "LogisticRegression C=0.01": linear(lambda x: x, 0.01),
        "LogisticRegression C=0.01, logarithms": linear(logarithm, 0.01),
        "GradientBoosting": (GradientBoostingClassifier(random_state=0), lambda x: np.nan_to_num(x, nan=-1)),
    }
    for test, (points, outcomes) in courses.items():
        rest = [courses[number] for number in courses if number != test]
        training, known = np.vstack([p for p, _ in rest]), np.concatenate([o for _, o in rest])
        for name, (model, shape) in models.items():
            predictions = model.fit(shape(training), known).predict_proba(shape(points))[:, 1]
            base = outcomes.mean()
            skill = 1 - brier_score_loss(outcomes, predictions) / (base * (1 - base))
            print(
                f"{test:5} {name:40} AUC {roc_auc_score(outcomes, predictions):.4f} skill {skill:.4f} "
                f"ECE {equal_mass_error(predictions, outcomes):.4f} log-loss {log_loss(outcomes, predictions):.4f}")


if sys.argv[1] == "--churn":
    churn(sys.argv[2])
else:
    rng = np.random.default_rng(6)
    with open(sys.argv[1], "w") as file:
        json.dump(dict(regression=regression(rng), calibration=calibration(rng)), file)
