package org.chargeproof.oracle.paying;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.chargeproof.console.input.BadInputException;
import org.chargeproof.ledger.LedgerClient;
import org.chargeproof.ledger.LedgerException;
import org.chargeproof.ledger.Network;
import org.chargeproof.payment.Payer;
import org.chargeproof.payment.chain.ChannelReader;
import org.chargeproof.view.rpc.Methods;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pays operators by vouchers while they charge the provider's drivers: docs/how-to/pay-while-charging.md. Each operator has a thread, so
 * that one that is slow or gone delays no other.
 */
public final class VoucherPayments implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VoucherPayments.class);
    private static final long PAUSE_MILLIS = 2_000;

    private final LedgerClient client;
    private final Supplier<String> problem;
    private final IntConsumer counted;
    private final Payer payer;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    private VoucherPayments(LedgerClient client, Supplier<String> problem, IntConsumer counted, Payer payer) {
        this.client = client;
        this.problem = problem;
        this.counted = counted;
        this.payer = payer;
    }

    /**
     * Begins.
     *
     * @param client a connection that is this one's alone
     * @param account of the provider: its drivers' sessions are paid for, from its owner's channels
     * @param methods what the newest state is read by
     * @param problem why that state is not the newest; empty when it is
     * @param ending told of sessions that are paid no more
     * @param counted told how many vouchers were taken
     * @throws BadInputException when the account is nobody's who may vouch, or the folder of vouchers cannot be used
     */
    public static VoucherPayments open(
            PayingConfig config,
            LedgerClient client,
            String contract,
            String account,
            Methods methods,
            Supplier<String> problem,
            IntConsumer ending,
            IntConsumer counted) {
        var network = Network.discover(client, contract);
        int provider =
                client.call(network.consortium().roleOf(account)).component1().intValueExact();
        if (provider == 0) {
            throw new BadInputException("--pay: " + account + " is nobody's on the network at " + network.address()
                    + ", so there are no drivers to pay for. Name the provider's key with --provider-key.");
        }
        var owner = client.call(network.consortium().accountsOf(BigInteger.valueOf(provider))).owner;
        var reader = new ChannelReader(network);
        var payments = new VoucherPayments(
                client, problem, counted, Payer.open(config.folder(), reader.domain(), config.limits()));
        config.payees().forEach((operator, url) -> {
            var sessions = new DriverSessions(methods, provider, operator);
            var paid = new OperatorPayments(
                    operator,
                    url,
                    owner,
                    payments.payer,
                    config.key(),
                    () -> reader.read(owner, operator),
                    sessions,
                    ending);
            payments.threads.add(Thread.ofVirtual()
                    .name("vouchers for operator " + operator)
                    .start(() -> payments.run(operator, paid)));
        });
        return payments;
    }

    private void run(int operator, OperatorPayments paid) {
        String said = "";
        try (paid) {
            while (!closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                if (!problem.get().isEmpty()) {
                    continue;
                }
                try {
                    counted.accept(paid.pay());
                    if (!said.isEmpty()) {
                        LOG.info("operator {} is paid again", operator);
                    }
                    said = "";
                } catch (LedgerException | BadInputException e) {
                    // once, and not each time that it fails
                    String why = String.valueOf(e.getMessage());
                    if (!why.equals(said) && closing.getCount() > 0) {
                        LOG.warn("vouchers wait: {}", why);
                    }
                    said = why;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("operator {} is paid no more: this should not happen", operator, e);
        }
    }

    @Override
    public void close() {
        closing.countDown();
        for (var thread : threads) {
            thread.interrupt();
        }
        try {
            for (var thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        payer.close();
        client.close();
    }
}
