/**
 * The sparse-attention engine. Token ids go in; log-probabilities, hidden states and evidence come
 * out.
 */
package org.longread.kernels;
