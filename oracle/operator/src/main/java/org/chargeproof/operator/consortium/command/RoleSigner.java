package org.chargeproof.operator.consortium.command;

import java.nio.file.Path;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.ledger.KeyFile;
import org.chargeproof.ledger.TransactionSigner;
import org.chargeproof.ledger.Web3Signer;
import org.chargeproof.operator.consortium.member.AccountInput;
import org.jspecify.annotations.Nullable;

/** Who signs with one of a candidate's accounts. */
final class RoleSigner {
    private RoleSigner() {}

    /**
     * Finds the key.
     *
     * @param role names the options: {@code --ROLE-key}, or {@code --ROLE} with {@code --signer}
     * @param signer address of a Web3Signer
     */
    static TransactionSigner of(
            String role,
            @Nullable Path key,
            @Nullable Path password,
            @Nullable String address,
            @Nullable String signer) {
        if (key != null && address == null) {
            return TransactionSigner.of(KeyFile.read(key, password));
        }
        if (key != null || address == null) {
            throw new BadInputException("which " + role + " account? Name either its key file with --" + role
                    + "-key, or its address with --" + role + " and a Web3Signer with --signer.");
        }
        if (signer == null) {
            throw new BadInputException("who signs with the " + role
                    + " account? Name a Web3Signer that has its key with --signer, or its key file with --" + role
                    + "-key.");
        }
        return Web3Signer.connect(signer, AccountInput.address("--" + role, address));
    }
}
