/**
 * Tokens become hidden states and logits.
 *
 * <p>In: token ids of one or several sequences and their latent caches. Out: hidden states after
 * the final norm, logits on request. Read in order: {@link
 * org.longread.kernels.forward.TransformerModel}, {@link
 * org.longread.kernels.forward.TransformerLayer}, {@link
 * org.longread.kernels.forward.MlaProjections}, {@link
 * org.longread.kernels.forward.LightningIndexer}, {@link
 * org.longread.kernels.forward.TokenSelection}, {@link
 * org.longread.kernels.forward.SparseMlaAttention}, {@link
 * org.longread.kernels.forward.MixtureOfExperts}, {@link org.longread.kernels.forward.OutputHead}.
 */
package org.longread.kernels.forward;
