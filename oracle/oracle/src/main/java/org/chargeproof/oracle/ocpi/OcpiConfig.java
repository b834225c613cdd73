package org.chargeproof.oracle.ocpi;

import java.nio.file.Path;
import java.util.List;
import org.chargeproof.ocpi.http.AddressPolicy;
import org.chargeproof.ocpi.http.AddressPolicy.Block;
import org.chargeproof.ocpi.http.PartyId;
import org.jspecify.annotations.Nullable;

/**
 * How partners are spoken with by OCPI.
 *
 * @param party under which they know the operator
 * @param name for people
 * @param publicUrl the address that partners know, up to and with the door's path; null for where the server listens
 * @param allowed blocks of addresses that are called beside public ones, also without TLS
 * @param folder for partners and their tokens
 */
public record OcpiConfig(
        PartyId party, String name, @Nullable String publicUrl, List<Block> allowed, Path folder) {
    /** The same list, unchangeable. */
    public OcpiConfig {
        allowed = List.copyOf(allowed);
    }

    /** Which addresses partners may have. */
    public AddressPolicy policy() {
        return AddressPolicy.allowing(allowed.toArray(Block[]::new));
    }
}
