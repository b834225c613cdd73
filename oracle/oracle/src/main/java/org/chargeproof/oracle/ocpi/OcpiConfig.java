package org.chargeproof.oracle.ocpi;

import java.nio.file.Path;
import java.util.List;
import org.chargeproof.ocpi.http.AddressPolicy.Block;
import org.chargeproof.ocpi.http.PartyId;
import org.jspecify.annotations.Nullable;

/**
 * How the operator's backend is spoken with by OCPI.
 *
 * @param party under which the oracle is a smart charging service provider
 * @param name for people
 * @param publicUrl the address that partners know, up to and with {@code /ocpi}; null for where the server listens
 * @param allowed blocks of addresses that are called beside public ones, also without TLS
 * @param folder for partners and their tokens
 */
public record OcpiConfig(
        PartyId party, String name, @Nullable String publicUrl, List<Block> allowed, Path folder) {
    /** The same list, unchangeable. */
    public OcpiConfig {
        allowed = List.copyOf(allowed);
    }
}
