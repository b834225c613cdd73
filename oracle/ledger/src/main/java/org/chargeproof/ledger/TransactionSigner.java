package org.chargeproof.ledger;

import org.apache.tuweni.bytes.Bytes;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.utils.Numeric;

/** Signs one account's transactions, wherever its key is. */
public interface TransactionSigner {
    /** The account, in lower case. */
    String address();

    /**
     * Signs a transaction.
     *
     * @return its bytes in hex, as a node takes them
     * @throws LedgerException when the signer does not answer, or signs something else
     */
    String sign(RawTransaction transaction, long chainId);

    /**
     * Signs that the account's key is ours.
     *
     * @return 65 bytes: r, s, v
     * @throws LedgerException when the signer does not answer, or signs something else
     */
    Bytes sign(TypedData data);

    /** Signs with a key that we hold. */
    static TransactionSigner of(Credentials credentials) {
        return new TransactionSigner() {
            @Override
            public String address() {
                return credentials.getAddress();
            }

            @Override
            public String sign(RawTransaction transaction, long chainId) {
                return Numeric.toHexString(TransactionEncoder.signMessage(transaction, chainId, credentials));
            }

            @Override
            public Bytes sign(TypedData data) {
                return data.sign(credentials);
            }
        };
    }
}
