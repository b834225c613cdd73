package org.chargeproof.network;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.chargeproof.input.BadInputException;
import org.chargeproof.input.Profile;
import org.chargeproof.input.SecretFile;
import org.chargeproof.input.WellKnownKeys;

/** What a production network must not have. */
final class ProductionCheck {
    private ProductionCheck() {}

    /**
     * Looks at the nodes of this machine.
     *
     * @throws BadInputException when a key is known to everybody or may be read by others, or JSON-RPC is open
     */
    static void require(NetworkFolder network) {
        if (network.profile() != Profile.PRODUCTION) {
            return;
        }
        for (NodeFolder node : network.nodes()) {
            WellKnownKeys.origin(node.address()).ifPresent(origin -> {
                throw new BadInputException(
                        "everybody knows the key of " + node.name() + " (" + origin + "); a production"
                                + " network is not started with it. Make another node with 'network join'.");
            });
            if (!node.authenticated()) {
                throw new BadInputException("JSON-RPC of " + node.name() + " is open to everybody on its machine; set"
                        + " rpc-http-authentication-enabled=true in "
                        + node.folder().resolve(NodeFolder.CONFIG)
                        + ", or make the node anew with --production.");
            }
            for (Path secret : List.of(node.keyFile(), node.folder().resolve(NodeFolder.RPC_KEY))) {
                if (Files.exists(secret)) {
                    SecretFile.requireOwnerOnly(secret);
                }
            }
        }
    }
}
