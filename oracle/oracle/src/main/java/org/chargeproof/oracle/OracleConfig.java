package org.chargeproof.oracle;

import java.nio.file.Path;
import org.chargeproof.api.ApiSettings;
import org.chargeproof.ledger.TransactionSigner;
import org.chargeproof.oracle.ocpi.OcpiConfig;
import org.chargeproof.oracle.paying.PayingConfig;
import org.chargeproof.oracle.person.PersonConfig;
import org.chargeproof.site.file.SiteFile;
import org.jspecify.annotations.Nullable;

/**
 * What an oracle needs to know; the rest stands on chain.
 *
 * @param rpcUrl JSON-RPC of the operator's own node
 * @param rpcToken for that JSON-RPC; null when it wants none
 * @param contract address of the network's Consortium
 * @param signer of the operator's oracle account
 * @param meterSigner of the operator's meter account; null when it does not report
 * @param dataFolder for the copy of the logs, the outbox, snapshots and algorithms; one for each oracle
 * @param httpHost where health, metrics and status are served
 * @param httpPort 0 for any free one
 * @param tls with what the server speaks TLS; null for not at all
 * @param backendUrl where setpoints are handed over; null for none
 * @param pollMillis how long to wait before looking for a new block again
 * @param secondOpinionEvery how many plans lie between two that ojAlgo solves again; 0 for none
 * @param events where timestep events come from
 * @param chargeRpc whether {@code charge_...} is answered
 * @param ocpi how the operator's backend is spoken with by OCPI; null for not at all
 * @param roaming how providers are spoken with by OCPI; null for not at all
 * @param api how {@code /api/v1} is served; null for not at all
 * @param site batteries and phases of the operator's groups; null for none. It needs {@code meterSigner} and {@code api}
 * @param persons how drivers without a wallet are served there; null for not at all
 * @param paying whom the drivers' provider pays while they charge; null for nobody
 */
public record OracleConfig(
        String rpcUrl,
        @Nullable String rpcToken,
        String contract,
        TransactionSigner signer,
        @Nullable TransactionSigner meterSigner,
        Path dataFolder,
        String httpHost,
        int httpPort,
        @Nullable TlsFiles tls,
        @Nullable String backendUrl,
        int pollMillis,
        int secondOpinionEvery,
        EventSource events,
        boolean chargeRpc,
        @Nullable OcpiConfig ocpi,
        @Nullable OcpiConfig roaming,
        @Nullable ApiSettings api,
        @Nullable SiteFile site,
        @Nullable PersonConfig persons,
        @Nullable PayingConfig paying) {
    /** By which the server is spoken with. */
    String scheme() {
        return tls == null ? "http" : "https";
    }
}
