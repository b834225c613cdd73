package org.chargeproof.cli.demo.payment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.chargeproof.payment.wallet.Wallet;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Credentials;

/** The wallets of providers' drivers: each gives a fresh account for each session, and pays for the sessions of its accounts. */
final class DriverWallets implements AutoCloseable {
    /** Of each provider. */
    private static final int WALLETS = 4;

    /** By provider, from 1. */
    private final List<List<Wallet>> wallets = new ArrayList<>();

    private final Map<String, Wallet> ofAccount = new HashMap<>();
    private int given;

    /** @param folder for them, which does not exist */
    DriverWallets(Path folder, int providers) {
        for (int provider = 1; provider <= providers; provider++) {
            var some = new ArrayList<Wallet>();
            for (int i = 1; i <= WALLETS; i++) {
                some.add(Wallet.throwaway(folder.resolve("provider-" + provider + "-driver-" + i)));
            }
            wallets.add(some);
        }
    }

    /** A fresh account of one of a provider's drivers. */
    Credentials nextAccount(int provider) {
        var some = wallets.get(provider - 1);
        var wallet = some.get(given++ % some.size());
        var account = wallet.nextSession().credentials();
        ofAccount.put(key(account.getAddress()), wallet);
        return account;
    }

    /** The wallet that gave an account; null for an account of nobody here. */
    @Nullable
    Wallet of(String account) {
        return ofAccount.get(key(account));
    }

    /** A provider's. */
    List<Wallet> ofProvider(int provider) {
        return wallets.get(provider - 1);
    }

    /** All of them. */
    List<Wallet> all() {
        return wallets.stream().flatMap(List::stream).toList();
    }

    @Override
    public void close() {
        all().forEach(Wallet::close);
    }

    private static String key(String account) {
        return Objects.requireNonNull(account).toLowerCase(Locale.ROOT);
    }
}
