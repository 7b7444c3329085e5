package io.znsslab.core.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InboxTest {
    private static final class Letter implements Inbox.Message<Letter> {
        private final int number;
        private Letter next;

        Letter(int number) {
            this.number = number;
        }

        @Override
        public Letter next() {
            return next;
        }

        @Override
        public void next(Letter message) {
            next = message;
        }
    }

    private final Inbox<Letter> inbox = new Inbox<>();

    private boolean add(int number) {
        return inbox.add(new Letter(number));
    }

    private static List<Integer> numbers(Letter first) {
        List<Integer> numbers = new ArrayList<>();
        Letter letter = first;
        while (letter != null) {
            Letter rest = Inbox.unlink(letter);
            assertThat(letter.next()).isNull();
            numbers.add(letter.number);
            letter = rest;
        }
        return numbers;
    }

    @Test
    void messagesAreTakenInTheOrderInWhichTheyWereAdded() {
        assertThat(inbox.isEmpty()).isTrue();
        assertThat(inbox.take()).isNull();
        add(1);
        add(2);
        add(3);
        assertThat(inbox.isEmpty()).isFalse();
        assertThat(numbers(inbox.take())).containsExactly(1, 2, 3);
        assertThat(inbox.isEmpty()).isTrue();
        add(4);
        assertThat(numbers(inbox.take())).containsExactly(4);
    }

    @Test
    void closingReturnsTheRemainingMessagesAndLaterOnesAreRefused() {
        add(1);
        add(2);
        assertThat(numbers(inbox.close())).containsExactly(1, 2);
        assertThat(add(3)).isFalse();
        assertThat(inbox.isEmpty()).isTrue();
        assertThat(inbox.take()).isNull();
        assertThat(inbox.close()).isNull();
        assertThat(add(4)).isFalse();
    }
}
