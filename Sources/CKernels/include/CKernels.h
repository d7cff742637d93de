// Everything that Swift sees: a header that is added is named here.

#ifndef HABITUS_CKERNELS_H
#define HABITUS_CKERNELS_H

#include "distance_sums.h"
#include "factor_rows.h"
#include "gaussian_mixture.h"
#include "linkage.h"
#include "nearest_centroids.h"
#include "neighbor_tree.h"
#include "order_supports.h"
#include "sparse_rows.h"
#include "tsne_forces.h"

#endif
