package org.chargeproof.cli.demo.world;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.stream.StreamSupport;
import org.apache.tuweni.bytes.Bytes;
import org.chargeproof.cpo.CpoSettings;
import org.chargeproof.cpo.provider.ProviderPlatform;
import org.chargeproof.ledger.Network;
import org.chargeproof.ledger.Pause;
import org.chargeproof.ocpi.http.PartyId;
import org.chargeproof.protocol.bill.IssuedBill;
import org.chargeproof.protocol.bill.Settlement;
import org.jspecify.annotations.Nullable;
import org.web3j.utils.Numeric;

/** The providers' own systems: each is a partner of every operator, which tells it the bills of its drivers by OCPI. They count from 1. */
public final class Providers implements AutoCloseable {
    private static final long MOST_WAIT_SECONDS = 20;
    private static final int PAUSE_MILLIS = 50;
    private static final int MICRO_DIGITS = 6;
    private static final int WH_DIGITS = 3;

    private final Path folder;
    private final List<ProviderPlatform> platforms = new ArrayList<>();
    /** Bills that the contract knows: they stay final. */
    private final Set<Bytes> proven = new HashSet<>();

    /**
     * What they were told.
     *
     * @param told final bills that came as CDRs, with what they cost and with their proof
     * @param wrong CDRs that are no final bill of this provider, or are told otherwise
     * @param missing final bills that did not come
     */
    public record Told(int told, int wrong, int missing) {}

    /** @param folder for what each keeps */
    public Providers(Vertx vertx, Path folder, int count) {
        this.folder = folder;
        for (int i = 0; i < count; i++) {
            Path data = folder.resolve("provider-" + (i + 1));
            try {
                Files.createDirectories(data);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot create " + data, e);
            }
            platforms.add(new ProviderPlatform(
                    vertx, CpoSettings.loopback(data, List.of(new PartyId("XX", "PR" + (i + 1))))));
        }
    }

    /** Options of an operator's oracle, so that it tells providers. */
    public List<String> oracleOptions(int operator) {
        return List.of("--roaming-party", "XX*OP" + (operator + 1), "--ocpi-allow", "127.0.0.0/8");
    }

    /** The oracles have started: each operator invites each provider. */
    public void connect(Backends.Oracles oracles) {
        try (var http = HttpClient.newHttpClient()) {
            for (int o = 0; o < oracles.size(); o++) {
                for (int p = 0; p < platforms.size(); p++) {
                    var invitation = Invitations.invite(
                            http,
                            oracles.url(o),
                            folder.resolve("oracle-" + o),
                            "roaming",
                            Map.of("name", "provider-" + (p + 1), "provider", p + 1));
                    platforms.get(p).register("operator-" + (o + 1), invitation.versionsUrl(), invitation.token());
                }
            }
        }
    }

    /**
     * Compares what came with the bills that are final, and waits for what is on its way. Proofs are checked as a provider would, by asking the
     * contract.
     *
     * @param settlements final ones, whose bills must have come
     * @param tells whether an operator's oracle runs, and is honest; operators count from 0
     */
    public Told compare(Network network, List<Settlement> settlements, IntPredicate tells) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_WAIT_SECONDS);
        Told told = compareNow(network, settlements, tells);
        while (told.missing() > 0 && System.nanoTime() < deadline) {
            Pause.millis(PAUSE_MILLIS);
            told = compareNow(network, settlements, tells);
        }
        return told;
    }

    private Told compareNow(Network network, List<Settlement> settlements, IntPredicate tells) {
        var expected = new TreeMap<Integer, IssuedBill>();
        for (Settlement settlement : settlements) {
            for (Bytes bytes : settlement.bills()) {
                IssuedBill bill = IssuedBill.of(bytes);
                if (tells.test(bill.operator() - 1)) {
                    expected.put(bill.session(), bill);
                }
            }
        }
        int told = 0;
        int wrong = 0;
        for (int p = 0; p < platforms.size(); p++) {
            for (ProviderPlatform.Received received : platforms.get(p).cdrs()) {
                IssuedBill bill = proven(network, received.raw().path("chargeproof_bill"));
                if (bill == null || !isTold(received, bill, p + 1)) {
                    wrong++;
                } else {
                    expected.remove(bill.session());
                    told++;
                }
            }
        }
        return new Told(told, wrong, expected.size());
    }

    /** Whether a CDR is of this provider, from the right operator, and tells what the bill does. */
    private static boolean isTold(ProviderPlatform.Received received, IssuedBill bill, int provider) {
        BigDecimal cost = received.cdr().totalCost().inclVat();
        return bill.provider() == provider
                && received.partner().equals("operator-" + bill.operator())
                && cost != null
                && cost.movePointRight(MICRO_DIGITS).longValueExact() == bill.owedMicroEuro()
                && received.cdr().totalEnergy().movePointRight(WH_DIGITS).longValueExact() == bill.energyWh();
    }

    private @Nullable IssuedBill proven(Network network, JsonNode proof) {
        Bytes bytes = Bytes.fromHexString(proof.path("bytes").asText());
        boolean isFinal = proven.contains(bytes)
                || network.client()
                        .call(network.requireMarket()
                                .settlement()
                                .isFinal(
                                        BigInteger.valueOf(
                                                proof.path("settlement").asLong()),
                                        bytes.toArrayUnsafe(),
                                        BigInteger.valueOf(proof.path("index").asLong()),
                                        StreamSupport.stream(proof.path("path").spliterator(), false)
                                                .map(each -> Numeric.hexStringToByteArray(each.asText()))
                                                .toList()));
        if (!isFinal) {
            return null;
        }
        proven.add(bytes);
        return IssuedBill.of(bytes);
    }

    @Override
    public void close() {
        platforms.forEach(ProviderPlatform::close);
    }
}
