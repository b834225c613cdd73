package org.hyperledger.besu.plugin.data;

/** Whether a transaction goes into the block that is made. */
public class TransactionSelectionResult {
    public static final TransactionSelectionResult SELECTED = new TransactionSelectionResult("SELECTED");
    public static final TransactionSelectionResult PLUGIN_SELECTION_TIMEOUT =
            new TransactionSelectionResult("PLUGIN_SELECTION_TIMEOUT");
    public static final TransactionSelectionResult PLUGIN_SELECTION_TIMEOUT_INVALID_TX =
            new TransactionSelectionResult("PLUGIN_SELECTION_TIMEOUT_INVALID_TX");
    public static final TransactionSelectionResult TX_EVALUATION_TOO_LONG =
            new TransactionSelectionResult("TX_EVALUATION_TOO_LONG");
    public static final TransactionSelectionResult INVALID_TX_EVALUATION_TOO_LONG =
            new TransactionSelectionResult("INVALID_TX_EVALUATION_TOO_LONG");

    private final String name;

    private TransactionSelectionResult(String name) {
        this.name = name;
    }

    /** It leaves the pool. */
    public static TransactionSelectionResult invalid(String invalidReason) {
        return new TransactionSelectionResult(invalidReason);
    }

    /** It stays in the pool. */
    public static TransactionSelectionResult invalidTransient(String invalidReason) {
        return new TransactionSelectionResult(invalidReason);
    }

    /** Whether no other transaction can go in either. */
    public boolean stop() {
        return false;
    }

    public boolean selected() {
        return equals(SELECTED);
    }

    @Override
    public String toString() {
        return name;
    }
}
