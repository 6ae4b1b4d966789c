"""Measurables: what can be measured, by name; with its words and its LaTeX."""

from __future__ import annotations

from enum import Enum

import sympy as sp

__all__ = ["Axis", "Measurable", "Norm"]


class Axis(Enum):
    """Along what a network is deep: what its index counts, how the last one is written, and what their number is called."""

    DEPTH = ("layer", "L", "depth")
    TIME = ("step", "T", "steps")

    def __init__(self, word: str, last: str, count: str) -> None:
        self.word = word
        self.last = last
        self.count = count


class Norm(Enum):
    """An operator norm, or the Frobenius norm, by the subscript a paper gives it."""

    SPECTRAL = "2"
    ONE = "1"
    INF = "inf"
    FROBENIUS = "fro"

    @property
    def latex(self) -> str:
        """The subscript in LaTeX."""
        return {"2": "2", "1": "1", "inf": r"\infty", "fro": "F"}[self.value]


class Measurable(Enum):
    """What can be measured in a network or of an activation: a name, its words and its LaTeX.

    In the LaTeX, ``{layer}`` stands for the index of the layer or step, ``{last}`` for that of the last one, ``{norm}``
    for the subscript of the norm, and ``{parameter}`` for a parameter, if it has one, whose name and usual value follow.
    """

    # Each row of the table takes as few lines as it can.
    # fmt: off
    SLOPE_SUP = ("slope_sup", "largest slope", r"\sup_x \varphi'(x)")
    SLOPE_INF = ("slope_inf", "smallest slope", r"\inf_x \varphi'(x)")
    LIPSCHITZ = ("lipschitz", "Lipschitz constant", r"\sup_x |\varphi'(x)|")
    CURVATURE_SUP = ("curvature_sup", "largest curvature", r"\sup_x |\varphi''(x)|")
    DERIVATIVE = ("derivative", "derivative", r"\varphi'(x)")
    LIMIT = ("limit", "limit", r"\lim_{x\to {layer}}\varphi(x)")
    SLOPE_LIMIT = ("slope_limit", "limit of the slope", r"\lim_{x\to {layer}}\varphi'(x)")
    SATURATION_SET = ("saturation_set", "saturation set", r"\{x : |\varphi'(x)| < \varepsilon\}")
    VALUE_MEAN = ("value_mean", "mean value under a Gaussian", r"\mathbb{E}\,\varphi(z)")
    VALUE_MEAN_SQUARE = ("value_mean_square", "mean-square value under a Gaussian", r"\mathbb{E}\,\varphi(z)^2")
    SLOPE_MEAN_SQUARE = ("slope_mean_square", "mean-square slope under a Gaussian", r"\mathbb{E}\,\varphi'(z)^2")
    SLOPE_MEAN = ("slope_mean", "mean slope under a Gaussian", r"\mathbb{E}\,\varphi'(z)")
    SLOPE_FOURTH_MOMENT = ("slope_fourth_moment", "mean fourth power of the slope under a Gaussian",
        r"\mathbb{E}\,\varphi'(z)^4")
    VALUE_CURVATURE_MEAN = ("value_curvature_mean", "mean of value times curvature under a Gaussian, kinks included",
        r"\mathbb{E}\,\varphi(z)\,\varphi''(z)")
    VALUE_DUAL = ("value_dual", "dual activation, the mean product of two values under a joint Gaussian",
        r"\mathbb{E}\,\varphi(u)\,\varphi(v)")
    SLOPE_DUAL = ("slope_dual", "mean product of two slopes under a joint Gaussian",
        r"\mathbb{E}\,\varphi'(u)\,\varphi'(v)")
    FORWARD_GAIN = ("forward_gain", "weight gain that preserves the variance of the preactivations",
        r"\sqrt{q/\mathbb{E}\,\varphi(z)^2}")
    BACKWARD_GAIN = ("backward_gain", "weight gain that preserves the mean-square gradient",
        r"1/\sqrt{\mathbb{E}\,\varphi'(z)^2}")
    VECTOR_JACOBIAN = ("vector_jacobian", "Jacobian of a vector activation", r"\frac{\partial\varphi_i}{\partial z_j}")
    VECTOR_JACOBIAN_NORM = ("vector_jacobian_norm", "norm of the Jacobian of a vector activation at a point",
        r"\lVert\varphi'(z)\rVert_{{norm}}")
    VECTOR_JACOBIAN_NORM_SUP = ("vector_jacobian_norm_sup",
        "largest norm of the Jacobian of a vector activation; in an operator norm, its Lipschitz constant",
        r"\sup_z\lVert\varphi'(z)\rVert_{{norm}}")
    CROSS_ENTROPY_GRADIENT_NORM = ("cross_entropy_gradient_norm",
        "norm of the gradient of the cross-entropy at the logits", r"\lVert\nabla_z(-\log p_y)\rVert_{{norm}}")
    JACOBIAN = ("jacobian", "Jacobian from a layer to the output", r"J_{{last}:{layer}}")
    JACOBIAN_NORM = ("jacobian_norm", "norm of the Jacobian from a layer to the output",
        r"\lVert J_{{last}:{layer}}\rVert_{{norm}}")
    GRADIENT_NORM = ("gradient_norm", "gradient norm at a layer, relative to the output",
        r"\frac{\lVert g_{{layer}}\rVert}{\lVert g_{last}\rVert}")
    MEAN_SQUARE_GRADIENT = ("mean_square_gradient", "squared gradient norm at a layer, relative to the output",
        r"\frac{\lVert g_{{layer}}\rVert^2}{\lVert g_{last}\rVert^2}")
    PREACTIVATION_VAR = ("preactivation_var", "mean square of the preactivations of a layer",
        r"\frac{1}{n_{{layer}}}\lVert z_{{layer}}\rVert^2")
    WEIGHT_GRADIENT_NORM = ("weight_gradient_norm",
        "norm of the gradient by the weights of a layer, relative to the output",
        r"\frac{\lVert\partial\mathcal{L}/\partial W_{{layer}}\rVert_F}{\lVert g_{last}\rVert}")
    BIAS_GRADIENT_NORM = ("bias_gradient_norm", "norm of the gradient by the biases of a layer, relative to the output",
        r"\frac{\lVert\partial\mathcal{L}/\partial b_{{layer}}\rVert}{\lVert g_{last}\rVert}")
    SATURATED_FRACTION = ("saturated_fraction", "fraction of units of a layer whose slope is small",
        r"\frac{1}{n_{{layer}}}\#\{i:|\varphi'(z_{{layer},i})|<{parameter}\}", "threshold", sp.Rational(1, 100))
    DEAD_FRACTION = ("dead_fraction", "fraction of units of a layer whose slope is zero",
        r"\frac{1}{n_{{layer}}}\#\{i:\varphi'(z_{{layer},i})=0\}")
    INPUT_CORRELATION_GAP = ("input_correlation_gap",
        "one minus the cosine of the preactivations of two inputs at a layer",
        (r"1-\frac{\langle z_{{layer}},z'_{{layer}}\rangle}{\lVert z_{{layer}}\rVert\lVert z'_{{layer}}\rVert},"
         r"\quad\cos(h_0,h'_0)={parameter}"),
        "overlap", sp.S.Zero)
    GRADIENT_CORRELATION_GAP = ("gradient_correlation_gap",
        "one minus the cosine of the gradients of one output at a layer, for two inputs",
        (r"1-\frac{\langle g_{{layer}},g'_{{layer}}\rangle}{\lVert g_{{layer}}\rVert\lVert g'_{{layer}}\rVert},"
         r"\quad g_L=g'_L,\quad\cos(h_0,h'_0)={parameter}"),
        "overlap", sp.S.Zero)
    BATCH_WEIGHT_GRADIENT_NORM = ("batch_weight_gradient_norm",
        "norm of the gradient by the weights of a layer, summed over a batch of inputs, relative to all outputs",
        (r"\frac{\bigl\lVert\sum_i\partial\mathcal{L}^{(i)}/\partial W_{{layer}}\bigr\rVert_F}"
         r"{\bigl(\sum_i\lVert g^{(i)}_L\rVert^2\bigr)^{1/2}},\quad i\le{parameter}"),
        "batch", sp.S(2))
    CONTRASTIVE_WEIGHT_GRADIENT_NORM = ("contrastive_weight_gradient_norm",
        ("norm of the gradient by the weights of a layer, of the squared distances of all pairs of outputs of a "
         "batch, relative to all outputs"),
        (r"\frac{\lVert\partial\mathcal{L}/\partial W_{{layer}}\rVert_F}"
         r"{\bigl(\sum_i\lVert g^{(i)}_L\rVert^2\bigr)^{1/2}},"
         r"\quad\mathcal{L}=\frac12\sum_{i<j\le{parameter}}\lVert h^{(i)}_L-h^{(j)}_L\rVert^2"),
        "batch", sp.S(2))
    SINGULAR_VALUE = ("singular_value",
        "singular value of the Jacobian from a layer to the output, the largest being the first",
        r"\sigma_{{parameter}}(J_{{last}:{layer}})", "rank", sp.S.One)
    VOLUME_GROWTH = ("volume_growth",
        "volume that the Jacobian from the input to a layer makes of a random unit cube of some dimensions",
        r"\operatorname{vol}_{{parameter}}(J_{{layer}:0}U)", "rank", sp.S.One)
    GROWTH_RATE = ("growth_rate",
        ("factor by which a tangent grows in each layer from the input to a layer, across those of lower rank: the "
         "exponential of a Lyapunov exponent at finite depth"),
        (r"\Bigl(\frac{\operatorname{vol}_k(J_{{layer}:0}U)}{\operatorname{vol}_{k-1}(J_{{layer}:0}U)}"
         r"\Bigr)^{1/{layer}},\quad k={parameter}"),
        "rank", sp.S.One)
    WEIGHT_NORM = ("weight_norm", "norm of the weights of a layer", r"\lVert W_{{layer}}\rVert_{{norm}}")
    JACOBIAN_ENTRY = ("jacobian_entry", "largest entry of the Jacobian from a step to the last one, in absolute value",
        r"\max_{i,j}|(J_{{last}:{layer}})_{ij}|")
    PATH_FACTOR = ("path_factor", "largest factor of a path through a logistic unit, over all weights",
        r"\max_w|w\,\sigma'(wy)|")
    RECURRENT_NORM = ("recurrent_norm", "norm of the recurrent weights", r"\lVert R\rVert_{{norm}}")
    SUMMED_GRADIENT_NORM = ("summed_gradient_norm",
        "norm of the gradient by the recurrent weights for losses at all steps, relative to the largest at an output",
        r"\frac{\lVert\nabla_R\sum_t\mathcal{L}_t\rVert_F}{\max_t\lVert g_t\rVert}")
    TRUNCATION_ERROR = ("truncation_error",
        "norm of what lags beyond a window add to the gradient by the recurrent weights, relative to the largest at an output",
        r"\frac{\lVert\nabla_R-\nabla_R^{(K)}\rVert_F}{\max_t\lVert g_t\rVert}")
    CHUNKING_ERROR = ("chunking_error",
        ("norm of what detaching the state every so many steps takes from the gradient by the recurrent weights, "
         "relative to the largest at an output"),
        r"\frac{\lVert\nabla_R-\nabla_R^{[K]}\rVert_F}{\max_t\lVert g_t\rVert}")
    CHAIN_RULE_DEFECT = ("chain_rule_defect", "disagreement of backward pass and layer Jacobians",
        (r"\frac{|\langle g_0,u\rangle-\langle g_L,D_LW_L\cdots D_1W_1u\rangle|}"
         r"{\lVert g_L\rVert\,\lVert D_LW_L\cdots D_1W_1u\rVert}"))
    UNROLLED_GRADIENT_DEFECT = ("unrolled_gradient_defect",
        "disagreement of the gradient by the recurrent weights and the sum over their uses",
        r"\max_{i,j}\Bigl|\frac{d\mathcal{L}}{dR_{ij}}-\sum_{t}(e_t)_i(h_{t-1})_j\Bigr|")
    WEIGHT_IMAGE_SQUARE_NORM = ("weight_image_square_norm",
        "squared norm of the image of a unit vector under the weights of a layer", r"\lVert W_{{layer}}u\rVert^2")
    CRITICAL_GAIN = ("critical_gain", "gain at which the mean-square gradient neither shrinks nor grows", "g_c")
    CRITICAL_INPUT_VAR = ("critical_input_var",
        "variance added by inputs to a preactivation at which the mean-square gradient neither shrinks nor grows",
        r"\sigma_c^2")
    WICK_SUM = ("wick_sum", "mean squared norm of a power of a Gaussian matrix, applied to a unit vector",
        r"\mathbb{E}\lVert G^Tu\rVert^2")
    LYAPUNOV_EXPONENT = ("lyapunov_exponent",
        "rate of growth of a tangent in each step of a recurrent network in the long run, the largest being the first",
        r"\lambda_{{parameter}}", "rank", sp.S.One)
    LYAPUNOV_QUANTILE = ("lyapunov_quantile",
        "Lyapunov exponent that a fraction of all exceed, of a wide recurrent network", r"\lambda(x)")
    STATIONARY_VAR_ONSET = ("stationary_var_onset",
        "variance of a preactivation over the excess of the gain above its critical value", r"\frac{q^*}{g/g_c-1}")
    LYAPUNOV_EXPONENT_ONSET = ("lyapunov_exponent_onset",
        "largest Lyapunov exponent over the square of the excess of the gain above its critical value",
        r"\frac{\lambda_1}{(g/g_c-1)^2}")
    CRITICAL_INPUT_VAR_ONSET = ("critical_input_var_onset",
        "variance of the input that makes a gain critical over the cube of the excess of that gain",
        r"\frac{\sigma_c^2}{(g/g_c-1)^3}")
    VANISHING_DEPTH = ("vanishing_depth", "depth at which the bound falls below a threshold", r"{last}_\varepsilon")
    REACHING_DEPTH = ("reaching_depth", "depth at which the bound is at most a threshold", r"{last}_{\le\varepsilon}")
    HALVING_TIME = ("halving_time", "number of steps in which the bound halves", r"T_{1/2}")
    UNDERFLOW_DEPTH = ("underflow_depth", "number of factors after which a product rounds to zero", "N_0")
    COMPARISON_RADIUS = ("comparison_radius", "spectral radius of the comparison matrix of an LSTM", r"\rho(M)")
    CELL_STATE_SIZE = ("cell_state_size", "largest entry of a cell state, in absolute value", r"\max_i|c_{{layer},i}|")
    HALF_LIFE = ("half_life", "steps after which a gate that stays at its bias has let half of a gradient through",
        "T_{1/2}(f)")
    TIME_CONSTANT = ("time_constant", "steps after which a gate at its bias has let one part in e through", r"\tau_e")
    FORGETTING_TIME = ("forgetting_time",
        "sum over all lags of what a gate that stays at its bias lets through of a gradient", r"\frac{1}{1-f}")
    MEAN_SURVIVAL = ("mean_survival",
        "mean over all units of what a gate at its bias has let through of a gradient after all steps",
        r"\mathbb{E}f^{last}")
    STATIONARY_MEAN_SQUARE = ("stationary_mean_square",
        "mean square of a state of a linear recurrence after a long time, inputs being white of variance 1",
        r"\lim_{t\to\infty}\mathbb{E}|x_t|^2")
    EIGENVALUE_SENSITIVITY = ("eigenvalue_sensitivity",
        "mean square of the derivative of a state by its eigenvalue after a long time, inputs being white of variance 1",
        r"\lim_{t\to\infty}\mathbb{E}\Bigl(\frac{\partial x_t}{\partial\lambda}\Bigr)^2")
    TRANSIENT_PEAK = ("transient_peak",
        "largest value that the entry above the diagonal of a power of a Jordan block of two reaches",
        r"\max_{T>0}(R^T)_{12}")
    LATCH_THRESHOLD = ("latch_threshold", "largest constant input under which a unit keeps either of two states",
        "u^*")
    FIXED_POINT_SLOPE = ("fixed_point_slope", "derivative of a step at the state that a unit keeps",
        r"dh_{t+1}/dh_t|_{h^*}")
    # fmt: on

    def __init__(
        self, code_name: str, words: str, latex: str, parameter: str = "", usual: sp.Expr | None = None
    ) -> None:
        self.code_name = code_name
        self.words = words
        self.latex = latex
        self.parameter = parameter
        self.usual = usual
