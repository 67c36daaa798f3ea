package org.longread.kernels.ops;

/**
 * The widths of multi-head latent attention.
 *
 * @param heads query heads h
 * @param latent width C of the compressed key-value
 * @param rope width dr of the rotated part
 * @param nope width dn of the unrotated part of a head
 * @param value width dv of a head's value
 * @param softmaxScale factor of every score, (dn + dr)^-1/2 times the YaRN factor
 */
public record AttentionShape(
    int heads, int latent, int rope, int nope, int value, float softmaxScale) {
  /** Width of a cached row: latent then rope key. */
  public int cached() {
    return latent + rope;
  }

  /** Width of an expanded query head: unrotated then rotated part. */
  public int query() {
    return nope + rope;
  }
}
