package org.longread.kernels.ops;

/** A score was NaN, so no selection exists for its row. */
public final class NotANumberException extends ArithmeticException {
  private static final long serialVersionUID = 1L;

  private final int row;
  private final int key;

  /**
   * @param row the row of the score tile
   * @param key the first candidate of that row whose score is NaN
   */
  public NotANumberException(int row, int key) {
    super("Cannot select tokens: score of key " + key + " in row " + row + " is NaN");
    this.row = row;
    this.key = key;
  }

  /** The row of the score tile. */
  public int row() {
    return row;
  }

  /** The first candidate of that row whose score is NaN. */
  public int key() {
    return key;
  }
}
