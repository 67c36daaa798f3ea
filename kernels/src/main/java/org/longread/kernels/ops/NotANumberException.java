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

  private NotANumberException(String message, int row, int key) {
    super(message);
    this.row = row;
    this.key = key;
  }

  /** The same, placed in the model: layer, position of the query, position of the key. */
  public static NotANumberException at(int layer, int position, int key) {
    String message =
        "Cannot select tokens: index score of position "
            + position
            + " for token "
            + key
            + " in layer "
            + layer
            + " is NaN";
    return new NotANumberException(message, position, key);
  }

  /** The row of the score tile, or the position of the query. */
  public int row() {
    return row;
  }

  /** The first candidate whose score is NaN. */
  public int key() {
    return key;
  }
}
