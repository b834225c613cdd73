package org.chargeproof.ocpi.credentials;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.chargeproof.ocpi.edge.Edge;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.ocpi.json.BadObjectException;
import org.chargeproof.ocpi.json.OcpiJson;
import org.chargeproof.ocpi.model.CredentialsRole;
import org.chargeproof.ocpi.model.Endpoint;
import org.chargeproof.ocpi.model.InterfaceRole;
import org.chargeproof.ocpi.model.ModuleId;
import org.jspecify.annotations.Nullable;

/**
 * A platform that we are registered with, or about to be.
 *
 * @param id our name for it
 * @param issued tokens by which it may call us, oldest first
 * @param tokens by which we call it, newest first; empty when it has none for us yet
 * @param versionsUrl where its versions are; null when it has not told yet
 * @param version that is spoken with it; null before the registration
 * @param roles the parties that it acts for
 * @param endpoints of its modules
 */
public record Partner(
        String id,
        List<IssuedToken> issued,
        List<String> tokens,
        @Nullable String versionsUrl,
        @Nullable String version,
        List<CredentialsRole> roles,
        List<Endpoint> endpoints) {
    /** More rotations than that, of which nobody knows how they ended, are refused. */
    static final int MOST_ISSUED = 8;

    private static final int MOST_TOKENS = 2;
    private static final int MOST_BYTES = 128 << 10;

    /** The same lists, unchangeable. */
    public Partner {
        issued = List.copyOf(issued);
        tokens = List.copyOf(tokens);
        roles = List.copyOf(roles);
        endpoints = List.copyOf(endpoints);
    }

    @Override
    public String toString() {
        // nothing of its tokens
        return "partner " + id;
    }

    /** Whether the registration was completed, as far as we know. */
    public boolean isRegistered() {
        return version != null;
    }

    /** The version that is spoken with it; 2.2.1 before the registration. */
    public Edge edge() {
        return version == null ? Edge.V2_2_1 : Edge.of(version).orElse(Edge.V2_2_1);
    }

    /** The parties that it acts for. */
    public List<PartyId> parties() {
        return roles.stream().map(PartyId::of).distinct().toList();
    }

    /** Where one of its modules is. */
    public Optional<String> endpoint(ModuleId module, InterfaceRole role) {
        for (Endpoint endpoint : endpoints) {
            boolean isSide = module == ModuleId.CREDENTIALS || endpoint.role() == role;
            if (isSide && endpoint.identifier().equalsIgnoreCase(module.name())) {
                return Optional.of(endpoint.url());
            }
        }
        return Optional.empty();
    }

    Partner withIssued(IssuedToken token) {
        List<IssuedToken> more = new ArrayList<>(issued);
        more.add(token);
        return new Partner(id, more, tokens, versionsUrl, version, roles, endpoints);
    }

    Partner withIssued(List<IssuedToken> others) {
        return new Partner(id, others, tokens, versionsUrl, version, roles, endpoints);
    }

    /** The newest token first; the one before is kept, in case the partner has not kept the newest. */
    Partner withToken(String token) {
        List<String> newest = new ArrayList<>();
        newest.add(token);
        tokens.stream().filter(other -> !other.equals(token)).forEach(newest::add);
        List<String> kept = newest.subList(0, Math.min(MOST_TOKENS, newest.size()));
        return new Partner(id, issued, kept, versionsUrl, version, roles, endpoints);
    }

    Partner withOnlyToken(String token) {
        return new Partner(id, issued, List.of(token), versionsUrl, version, roles, endpoints);
    }

    Partner withVersionsUrl(String url) {
        return new Partner(id, issued, tokens, url, version, roles, endpoints);
    }

    /**
     * With what the partner has told of itself, which is bounded: all partners share one file.
     *
     * @throws BadObjectException when it is too much
     */
    Partner registered(Edge edge, List<CredentialsRole> theirRoles, List<Endpoint> theirEndpoints) {
        requireFew("roles", theirRoles);
        requireFew("endpoints", theirEndpoints);
        return new Partner(id, issued, tokens, versionsUrl, edge.version(), theirRoles, theirEndpoints);
    }

    private static void requireFew(String field, List<?> objects) {
        long bytes = objects.stream()
                .mapToLong(each -> OcpiJson.bytes(OcpiJson.tree(each)).length)
                .sum();
        if (bytes > MOST_BYTES) {
            throw new BadObjectException(
                    field, "take " + bytes + " bytes; the limit is " + MOST_BYTES + ". Leave out what is optional");
        }
    }
}
