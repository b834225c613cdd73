package org.hyperledger.besu.plugin.services.txselection;

import org.hyperledger.besu.plugin.data.TransactionProcessingResult;
import org.hyperledger.besu.plugin.data.TransactionSelectionResult;

/** Asked about each transaction of one block, before and after it is tried. */
public interface PluginTransactionSelector extends TransactionSelector {
    TransactionSelectionResult evaluateTransactionPreProcessing(TransactionEvaluationContext evaluationContext);

    TransactionSelectionResult evaluateTransactionPostProcessing(
            TransactionEvaluationContext evaluationContext, TransactionProcessingResult processingResult);
}
