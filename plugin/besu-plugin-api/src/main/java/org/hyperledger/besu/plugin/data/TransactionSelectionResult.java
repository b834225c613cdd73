package org.hyperledger.besu.plugin.data;

/** Whether a transaction goes into the block that is made. */
public class TransactionSelectionResult {
    public static final TransactionSelectionResult SELECTED = new TransactionSelectionResult();

    public static final TransactionSelectionResult PLUGIN_SELECTION_TIMEOUT = new TransactionSelectionResult();
    public static final TransactionSelectionResult PLUGIN_SELECTION_TIMEOUT_INVALID_TX =
            new TransactionSelectionResult();
    public static final TransactionSelectionResult TX_EVALUATION_TOO_LONG = new TransactionSelectionResult();
    public static final TransactionSelectionResult INVALID_TX_EVALUATION_TOO_LONG = new TransactionSelectionResult();

    private TransactionSelectionResult() {}

    public static TransactionSelectionResult invalid(String invalidReason) {
        throw new UnsupportedOperationException(invalidReason);
    }

    public static TransactionSelectionResult invalidTransient(String invalidReason) {
        throw new UnsupportedOperationException(invalidReason);
    }

    /** Whether no other transaction can go in either. */
    public boolean stop() {
        throw new UnsupportedOperationException();
    }

    public boolean selected() {
        throw new UnsupportedOperationException();
    }
}
