package org.hyperledger.besu.plugin.services.txselection;

import org.hyperledger.besu.plugin.data.TransactionProcessingResult;
import org.hyperledger.besu.plugin.data.TransactionSelectionResult;

/** Asked about each transaction of one block, before and after it is tried. */
public interface PluginTransactionSelector extends TransactionSelector {
    PluginTransactionSelector ACCEPT_ALL = new PluginTransactionSelector() {
        @Override
        public TransactionSelectionResult evaluateTransactionPreProcessing(TransactionEvaluationContext context) {
            return TransactionSelectionResult.SELECTED;
        }

        @Override
        public TransactionSelectionResult evaluateTransactionPostProcessing(
                TransactionEvaluationContext context, TransactionProcessingResult result) {
            return TransactionSelectionResult.SELECTED;
        }
    };

    TransactionSelectionResult evaluateTransactionPreProcessing(TransactionEvaluationContext evaluationContext);

    TransactionSelectionResult evaluateTransactionPostProcessing(
            TransactionEvaluationContext evaluationContext, TransactionProcessingResult processingResult);
}
